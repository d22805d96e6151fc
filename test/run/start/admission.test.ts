import { describe, expect, it } from 'vitest';
import { Admission } from '../../../src/run/start/admission.js';

function admissionWith(limits: { maxConcurrentRuns?: number; maxTotalMemoryMbytes?: number }) {
    const admission = new Admission({ maxConcurrentRuns: Infinity, maxTotalMemoryMbytes: Infinity, ...limits });
    const admitted: string[] = [];
    const enter = (id: string, memoryMbytes = 128): void =>
        admission.enqueue(id, memoryMbytes, () => admitted.push(id));
    return { admission, admitted, enter };
}

describe('admission at capacity', () => {
    it('admits runs up to the limit, in order', () => {
        const { admission, admitted, enter } = admissionWith({ maxConcurrentRuns: 2 });

        for (const id of ['a', 'b', 'c', 'd']) enter(id);
        expect(admitted).toEqual(['a', 'b']);
        admission.release('a');
        expect(admitted).toEqual(['a', 'b', 'c']);
    });

    it('counts memory, and does not let small runs overtake a waiting large one', () => {
        const { admission, admitted, enter } = admissionWith({ maxTotalMemoryMbytes: 1024 });

        enter('half', 512);
        enter('whole', 1024);
        enter('small', 128);
        expect(admitted).toEqual(['half']);
        admission.release('half');
        expect(admitted).toEqual(['half', 'whole']);
        admission.release('whole');
        expect(admitted).toEqual(['half', 'whole', 'small']);
    });

    it('admits the next run if a waiting one is released', () => {
        const { admission, admitted, enter } = admissionWith({ maxTotalMemoryMbytes: 256 });

        enter('inside', 128);
        enter('too-big-for-now', 256);
        enter('next', 128);
        admission.release('too-big-for-now');

        expect(admitted).toEqual(['inside', 'next']);
    });

    it('ignores a second release of the same run', () => {
        const { admission, admitted, enter } = admissionWith({ maxConcurrentRuns: 1 });

        enter('a');
        admission.release('a');
        admission.release('a');
        enter('b');
        enter('c');

        expect(admitted).toEqual(['a', 'b']);
    });

    it('admits no run after it is closed', () => {
        const { admission, admitted, enter } = admissionWith({ maxConcurrentRuns: 1 });

        enter('a');
        enter('b');
        admission.close();
        admission.release('a');

        expect(admitted).toEqual(['a']);
    });
});
