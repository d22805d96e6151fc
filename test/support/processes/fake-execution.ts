import type { Execution, ExitReason } from '../../../src/protocol/execution.js';

/** An execution that ends when, and as, a test says. */
export class FakeExecution implements Execution {
    readonly runId: string;
    readonly ended: Promise<ExitReason>;
    /** Whether its end has been asked for. */
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
