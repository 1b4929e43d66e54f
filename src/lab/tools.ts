/**
 * The shell and the registry as ports: a lab is given them by its entrance, so that a page can fetch the machines, the
 * tools (shell, docker, their parsers) and the images side by side. Types only are imported here.
 */
import type * as images from '../images/index';
import type * as shell from '../shell/index';

export type Tools = Pick<
  typeof shell,
  | 'containerPrograms'
  | 'editorKeys'
  | 'editorOpen'
  | 'editorResize'
  | 'hostPrograms'
  | 'locateProgram'
  | 'newEditor'
  | 'programsNamed'
  | 'shellProcess'
> &
  Pick<typeof images, 'makeRegistry'>;
