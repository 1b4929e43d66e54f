/** The shell and the registry of every lab in Node. */
import { makeRegistry } from '../images/index';
import type { Tools } from '../lab/index';
import * as shell from '../shell/index';

export const tools: Tools = { ...shell, makeRegistry };
