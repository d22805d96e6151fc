import { signal } from '@preact/signals';

const TICK_MILLIS = 1_000;

let timer: number | undefined;

/** The time in milliseconds, updated each second while a component shows it. */
export const now = signal(Date.now(), {
    watched() {
        this.value = Date.now();
        timer = window.setInterval(() => (this.value = Date.now()), TICK_MILLIS);
    },
    unwatched() {
        clearInterval(timer);
    },
});
