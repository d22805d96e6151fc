import type { Execution, ExitReason } from '../../../src/protocol/execution.js';

/** An execution whose end a test controls. */
export class FakeExecution implements Execution {
    readonly runId: string;
    readonly ended: Promise<ExitReason>;
    /** True if it was killed. */
    isKilled = false;
    #settle: (end: ExitReason) => void = () => {};

    constructor(runId: string) {
        this.runId = runId;
        this.ended = new Promise((resolve) => {
            this.#settle = resolve;
        });
    }

    send(): void {}

    kill(): void {
        this.isKilled = true;
    }

    end(end: ExitReason): void {
        this.#settle(end);
    }
}
