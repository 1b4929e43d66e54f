/**
 * views: pictures of a scene, drawn with D3.
 *
 * Invariants: a picture draws facts of the scene only, and never changes them; an object keeps its place and its DOM
 * key; text changes at once and motion explains afterwards; at rest nothing moves but one slow heartbeat.
 *
 * Deliberately absent: React, the store, the worker, rules of Docker.
 *
 * Start reading at view.ts, the grip that all pictures share.
 */
export type { CreateView, Ref, View, ViewActs, ViewOptions } from './view';
