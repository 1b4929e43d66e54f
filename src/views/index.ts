/**
 * views: pictures of a scene, drawn with D3.
 *
 * Invariants: a picture draws facts of the scene only, and never changes them; an object keeps its place and its DOM
 * key; text changes at once and motion explains afterwards; at rest nothing moves but one slow heartbeat. Models and
 * layouts are pure; drawing sets what differs and nothing else. What a picture can do, it asks for as an act.
 *
 * Deliberately absent: React, the store, the worker, rules of Docker; any clock that could reach the engine.
 *
 * Start reading at view.ts, the grip that all pictures share. nodes.ts: nodes-model.ts (facts and words), then
 * nodes-layout.ts (places), then draw-*.ts. raft.ts: raft-model.ts, raft-layout.ts, flights.ts (messages), draw-raft.ts.
 * focus.ts and menu.ts are the keyboard's and the hand's way in.
 */
import './views.css';

export { createNodesView } from './nodes';
export { createRaftView } from './raft';
export type { CreateView, Ref, View, ViewActs } from './view';
