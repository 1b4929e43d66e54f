/**
 * images: the registry of this world, with Docker Hub's names, and the small programs that run in containers.
 *
 * Invariants: everything about an image follows from its repository and tag, so digests are the same in every run;
 * tags of one group are one image; images on one base share its layer; a program is functions over plain state, timers
 * and a log, and writes the log that nobody reads only when somebody does.
 *
 * Deliberately absent: who runs a program (host), shells and what people type into them (shell, by host's
 * ContainerShell port), pushing and building.
 *
 * Start reading at registry.ts, then catalogue.ts (what exists) and programs/server.ts (how a server is made).
 *
 * Follows Docker Hub for names, ports and settings; log lines as the programs print them.
 */
export { makeRegistry } from './registry';
