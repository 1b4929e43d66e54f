/** What the worker takes of the engine, in one chunk with nothing beside it. */
export { Console, provideApi, provideCurve } from '../lab/index';
export { Pacer } from './pacer';
