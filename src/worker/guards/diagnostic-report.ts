import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

/*
 * A diagnostic report describes the whole process: a thread would read the environment and the arguments of its host in
 * it, write it into the host's directory, and change the host's settings.
 */

type Report = NonNullable<NodeJS.Process['report']>;
type ReportData = Record<string, unknown> & { header: Record<string, unknown> };

/** Members of reports that describe other parts of the host than this thread. */
const OF_HOST = ['workers', 'libuv'] as const;

let lastNumber = 0;

/** Makes `process.report` of this thread describe the thread as if it were a process of its own. */
export function isolateDiagnosticReport(): void {
    const { get } = Object.getOwnPropertyDescriptor(process, 'report') ?? {};
    if (get === undefined) return;
    let own: Report | undefined;
    // Node loads the module of reports when the property is first read.
    Object.defineProperty(process, 'report', {
        configurable: true,
        enumerable: true,
        get: () => (own ??= createReport(get.call(process) as Report)),
    });
}

function createReport(host: Report): Report {
    const settings = Object.fromEntries(
        Object.entries(host).filter(([, value]) => typeof value !== 'function' && typeof value !== 'object'),
    ) as unknown as Pick<Report, 'directory' | 'filename' | 'compact'>;
    const getReport = (error?: Error): ReportData => {
        const data = JSON.parse(JSON.stringify(host.getReport(error))) as ReportData;
        const header = { ...data.header, cwd: process.cwd(), commandLine: [...process.execArgv, ...process.argv] };
        const emptied = Object.fromEntries(OF_HOST.map((name) => [name, []]));
        return { ...data, ...emptied, header, environmentVariables: { ...process.env } };
    };
    return {
        ...settings,
        directory: '',
        filename: '',
        getReport,
        writeReport(this: Report, file?: string | Error, error?: Error) {
            const name = (typeof file === 'string' && file) || this.filename || nextFilename();
            const data = getReport(file instanceof Error ? file : error);
            const path = resolve(this.directory, name);
            writeFileSync(
                path,
                JSON.stringify({ ...data, header: { ...data.header, filename: name } }, null, this.compact ? 0 : 2),
            );
            return name;
        },
    } as unknown as Report;
}

/** Returns a name such as Node's own. */
function nextFilename(): string {
    const [date, time] = new Date()
        .toISOString()
        .replaceAll(/[-:]|\..*/g, '')
        .split('T');
    lastNumber += 1;
    return `report.${date}.${time}.${process.pid}.${String(lastNumber).padStart(3, '0')}.json`;
}
