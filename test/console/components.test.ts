import { describe, expect, it } from 'vitest';
import { formatAgo, formatBytes, formatDuration, formatUsd, humanize } from '../../src/console/components/format.js';

describe('figures', () => {
    it('are short', () => {
        expect([0, 1023, 1536, 200 * 1024, 3 * 1024 ** 3].map(formatBytes)).toEqual([
            '0 B',
            '1023 B',
            '1.5 kB',
            '200 kB',
            '3.0 GB',
        ]);
        expect([3, 4_200, 120_000, 200_000, 7_500_000, 273_600_000].map(formatDuration)).toEqual([
            '3 ms',
            '4.2 s',
            '2 m',
            '3 m 20 s',
            '2 h 5 m',
            '3 d 4 h',
        ]);
        expect([0, 0.0042, 1.5].map(formatUsd)).toEqual(['$0.00', '$0.0042', '$1.50']);
    });

    it('have words for constants of the API', () => {
        const constants = ['TIMED-OUT', 'KEY_VALUE_STORE_READS', 'DATA_TRANSFER_EXTERNAL_GBYTES', 'API', 'GITHUB_GIST'];
        expect(constants.map(humanize)).toEqual([
            'Timed out',
            'Key-value store reads',
            'Data transfer external GB',
            'API',
            'GitHub gist',
        ]);
    });

    it('show relative times', () => {
        const now = Date.parse('2026-11-26T12:00:00Z');

        expect(formatAgo('2026-11-26T11:59:58Z', now)).toBe('now');
        expect(formatAgo('2026-11-26T11:57:00Z', now)).toBe('3m ago');
        expect(formatAgo('2026-11-26T14:00:00Z', now)).toBe('in 2h');
    });
});
