/** The pictures that can be drawn. A view without one shows its tables. */
import { type CreateView, createNodesView, createRaftView } from '../views/index';
import type { ViewName } from './store';

export const PICTURES: { readonly [V in ViewName]?: CreateView } = { nodes: createNodesView, raft: createRaftView };
