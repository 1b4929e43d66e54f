/**
 * shell: a terminal session and everything that runs in it beside docker: the interpreter over unbash's syntax tree,
 * the programs (cat, grep, curl, ping, ssh, watch …), and the line editor.
 *
 * Invariants: a shell and each of its programs is a generator over base/process.ts's calls, so the same session runs
 * in the world, in a test's scheduler and over real streams. Text is bytes. Redirections map the shell's own
 * descriptors to the kernel's: a child gets exactly what is mapped. Messages and exit statuses are bash's and the
 * tools'. What is accepted works; the rest is refused in one sentence.
 *
 * Deliberately absent: how a packet travels, what a container is, clocks, files (all asked of the kernel by calls);
 * the terminal's line discipline (lab owns the tty); job control by stopping (Ctrl-Z).
 *
 * Start reading at session.ts (interactive, script, -c), then interpreter/execute.ts, then programs/program.ts.
 * editor.ts is a pure machine beside the world; filters.ts (not exported here) is the one file with a promise.
 *
 * Follows bash's manual; messages as bash 5.2, coreutils, curl 7.88, iputils, busybox 1.36 print them.
 */
export { type Completer, type Completions, completeLine } from './completion';
export {
  type Editor,
  type EditorEvent,
  type EditorStep,
  editorKeys,
  editorOpen,
  editorResize,
  newEditor,
} from './editor/editor';
export { topLevelSleeps } from './limits';
export { containerPrograms, hostPrograms, locateProgram, programsNamed } from './programs/index';
export type { Invocation, Program, Programs } from './programs/program';
export { type DockerCommand, provideDocker } from './programs/tools';
export { isComplete, type ShellOptions, type ShellView, shellProcess } from './session';
