/** The shell, docker, the Engine API, the registry and the curve of every lab in Node. */
import { p256 } from '@noble/curves/nist.js';
import * as cli from '../cli/index';
import { engineApi } from '../daemon/routes/index';
import { makeRegistry } from '../images/index';
import { provideApi, provideCurve, type Tools } from '../lab/index';
import * as shell from '../shell/index';

provideApi(engineApi);
provideCurve(p256);
shell.provideDocker(cli);

export const tools: Tools = { ...shell, makeRegistry };
