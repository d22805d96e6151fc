/*
 * How a host and the process of an Actor find each other: by two pipes that the process inherits.
 */

/** The pipe that the Actor's side writes to. */
export const ACTOR_TO_HOST_FD = 3;

/** The pipe that the Actor's side reads from. When it ends, the host is gone. */
export const HOST_TO_ACTOR_FD = 4;

/** The pipe by which a process is told to end that has to write first what it has covered; only those have it. */
export const END_FD = 5;
