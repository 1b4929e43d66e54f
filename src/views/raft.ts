/** The Raft view. */
import { Stage } from './stage';
import type { CreateView } from './view';

export const createRaftView: CreateView = (element) => {
  const stage = new Stage(element, 'view-raft', () => {});
  return { update: () => {}, frame: () => false, mark: () => {}, dispose: () => stage.dispose() };
};
