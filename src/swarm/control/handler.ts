/** The shape of a control method: decided from the store within one turn, answered when its changes are committed. */
import type { Micros } from '../../base/process';
import type { Result } from '../../base/result';
import type { Change, ReadTx } from '../objects';
import type { RpcError } from '../rpc';
import type { ControlApi, ControlMethod } from './api';

export interface ControlContext {
  readonly read: ReadTx;
  now(): Micros;
  newId(): string;
}

export interface ControlDecision<T> {
  /** None for what only reads. */
  readonly changes: readonly Change[];
  /** Called once the changes are in this manager's store. */
  answer(read: ReadTx): T;
}

export type ControlHandler<M extends ControlMethod> = (
  context: ControlContext,
  request: ControlApi[M][0],
) => Result<ControlDecision<ControlApi[M][1]>, RpcError>;

export type ControlHandlers<M extends ControlMethod> = { readonly [K in M]: ControlHandler<K> };
