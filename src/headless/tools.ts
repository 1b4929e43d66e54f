/** The shell, docker, the registry and the curve of every lab in Node. */
import { p256 } from '@noble/curves/nist.js';
import * as cli from '../cli/index';
import { makeRegistry } from '../images/index';
import { provideCurve, type Tools } from '../lab/index';
import * as shell from '../shell/index';

provideCurve(p256);
shell.provideDocker(cli);

export const tools: Tools = { ...shell, makeRegistry };
