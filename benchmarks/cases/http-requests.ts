import { measure, sampleInTurns, verify, type Case, type Sampler } from '../harness.js';
import { answerTo, load, serve, type Served } from '../http-load.js';

const ROUNDS = 9;
const MILLIS = 700;
const ITEM = JSON.stringify({ title: 'A page', url: 'https://example.com/', price: 12.5, tags: ['a', 'b'] });

interface Target {
    port: number;
    token: string;
    runId: string;
    datasetId: string;
    storeId: string;
    sink: string;
    queueId: string;
}

/** Both sides are asked for the same bytes, of a process of their own, over the same number of connections. */
export const httpRequests: Case = {
    name: 'http-requests',
    question: 'How many small requests a second does a listener answer?',
    async *run() {
        const engine = await serve<Target>('http-engine.js');
        try {
            for (const [name, request] of Object.entries(requestsTo(engine.printed))) {
                const { head, body } = await answerTo(engine.printed.port, request);
                verify(`the status of ${name}`, /^HTTP\/1\.1 20[01]/.test(head), true);
                const floor = await serve<number>('http-floor.js', JSON.stringify(sameAnswer(head, body)));
                try {
                    const ours = sampling(engine, engine.printed.port, request);
                    const bare = sampling(floor, floor.printed, request);
                    const rates = await sampleInTurns(ROUNDS, { ours: ours.sample, floor: bare.sample });
                    yield {
                        name,
                        unit: '/s',
                        value: rates.ours,
                        floor: rates.floor,
                        goal: { of: 'floor', atLeast: 0.7 },
                    };
                    yield {
                        name: `${name}, by processor time`,
                        unit: '/s',
                        value: measure(ours.busyRates),
                        floor: measure(bare.busyRates),
                    };
                } finally {
                    floor.process.kill();
                }
            }
        } finally {
            engine.process.kill();
        }
    },
};

/** Takes samples of requests a second, and keeps what each would be if the server had a processor to itself all the time. */
function sampling(served: Served<unknown>, port: number, request: string): { sample: Sampler; busyRates: number[] } {
    const busyRates: number[] = [];
    const sample = async (): Promise<number> => {
        const { count, seconds, processorSeconds } = await load(served, port, request, MILLIS);
        busyRates.push(count / processorSeconds);
        return count / seconds;
    };
    return { sample, busyRates };
}

function requestsTo({ port, token, runId, datasetId, storeId, sink, queueId }: Target): Record<string, string> {
    const headers = [
        `Host: 127.0.0.1:${port}`,
        `Authorization: Bearer ${token}`,
        'User-Agent: ApifyClient/2.25.0 (linux; Node/v20); isAtHome/false',
        'Accept: application/json, */*',
        'Accept-Encoding: gzip, br',
        'Connection: keep-alive',
    ].join('\r\n');
    const get = (path: string): string => `GET /v2/${path} HTTP/1.1\r\n${headers}\r\n\r\n`;
    const body = `Content-Type: application/json\r\nContent-Length: ${ITEM.length}\r\n\r\n${ITEM}`;
    return {
        'GET a run': get(`actor-runs/${runId}`),
        'GET a dataset item': get(`datasets/${datasetId}/items?offset=0&limit=1`),
        'GET the head of a queue': get(`request-queues/${queueId}/head?limit=1`),
        'GET a record': get(`key-value-stores/${storeId}/records/record`),
        'POST an item': `POST /v2/datasets/${sink}/items HTTP/1.1\r\n${headers}\r\n${body}`,
    };
}

/** The same answer for the floor, but for the headers that Node writes by itself. */
function sameAnswer(head: string, body: string): { status: number; headers: Record<string, string>; body: string } {
    const [statusLine = '', ...lines] = head.split('\r\n');
    const pairs = lines.map((line) => line.split(/: (.*)/s, 2) as [string, string]);
    const headers = pairs.filter(([name]) => !['date', 'connection', 'keep-alive'].includes(name.toLowerCase()));
    return { status: Number(statusLine.split(' ')[1]), headers: Object.fromEntries(headers), body };
}
