/** How a command ends other than by its status. None of these is an Error: they are thrown often and need no stack. */
import type { Bytes } from '../../base/bytes';

/** break N */
export class Break {
  constructor(public levels: number) {}
}

/** continue N */
export class Continue {
  constructor(public levels: number) {}
}

/** return N, in a function or a sourced file. */
export class Return {
  constructor(readonly status: number) {}
}

/** exit N: ends this shell. */
export class Exit {
  constructor(readonly status: number) {}
}

/** Ctrl-C ended the foreground: an interactive shell drops the rest of the line. */
export class Interrupted {}

/** An expansion that cannot be done. `message` is printed once, with the shell's prefix. */
export class Fatal {
  constructor(
    readonly message: Bytes,
    readonly status = 1,
    /** Ends a script (an unset variable under set -u); others end the line only. */
    readonly exits = false,
  ) {}
}
