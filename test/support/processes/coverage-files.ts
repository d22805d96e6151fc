import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file in the format of `NODE_V8_COVERAGE`. */
export interface CoverageFile {
    result: { url: string; functions: { functionName: string; ranges: { count: number }[] }[] }[];
    timestamp: number;
    'source-map-cache': Record<string, { lineLengths: number[]; data: { sources: string[] } }>;
}

/** Reads all coverage files in a folder. */
export function coverageFiles(folder: string): CoverageFile[] {
    return readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as CoverageFile);
}

/** Returns the number of calls of each named function of a file, summed over all coverage files. */
export function callsIn(folder: string, file: string): Record<string, number> {
    const calls: Record<string, number> = {};
    for (const { result } of coverageFiles(folder)) {
        for (const { url, functions } of result) {
            if (basename(fileURLToPath(url)) !== file) continue;
            for (const { functionName, ranges } of functions) {
                if (functionName !== '') calls[functionName] = (calls[functionName] ?? 0) + (ranges[0]?.count ?? 0);
            }
        }
    }
    return calls;
}
