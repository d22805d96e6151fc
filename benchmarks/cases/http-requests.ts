import { sampleInTurns, summarize, verify, type Case, type Sampler } from '../harness.js';
import { generateLoad, sendRequest, startServer, type ServerProcess } from '../http-load.js';

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

/** Measures HTTP requests. Both servers have their own process, the same responses and the same number of connections. */
export const httpRequests: Case = {
    name: 'http-requests',
    question: 'How many small requests per second does a listener answer?',
    async *run() {
        const engine = await startServer<Target>('http-engine.js');
        try {
            for (const [name, request] of Object.entries(createRequests(engine.output))) {
                const { head, body } = await sendRequest(engine.output.port, request);
                verify(`the status of ${name}`, /^HTTP\/1\.1 20[01]/.test(head), true);
                const floor = await startServer<number>('http-floor.js', JSON.stringify(parseResponse(head, body)));
                try {
                    const engineSampler = createSampler(engine, engine.output.port, request);
                    const floorSampler = createSampler(floor, floor.output, request);
                    const rates = await sampleInTurns(ROUNDS, {
                        value: engineSampler.sample,
                        floor: floorSampler.sample,
                    });
                    yield {
                        name,
                        unit: '/s',
                        value: rates.value,
                        floor: rates.floor,
                        goal: { of: 'floor', atLeast: 0.7 },
                    };
                    yield {
                        name: `${name}, by processor time`,
                        unit: '/s',
                        value: summarize(engineSampler.cpuRates),
                        floor: summarize(floorSampler.cpuRates),
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

/** Creates a sampler of requests per second. It also records the rate of each sample per second of the server's CPU time. */
function createSampler(
    server: ServerProcess<unknown>,
    port: number,
    request: string,
): { sample: Sampler; cpuRates: number[] } {
    const cpuRates: number[] = [];
    const sample = async (): Promise<number> => {
        const { count, seconds, cpuSeconds } = await generateLoad(server, port, request, MILLIS);
        cpuRates.push(count / cpuSeconds);
        return count / seconds;
    };
    return { sample, cpuRates };
}

function createRequests({ port, token, runId, datasetId, storeId, sink, queueId }: Target): Record<string, string> {
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

/** Parses the engine's response for the floor to repeat, without the headers that Node adds automatically. */
function parseResponse(head: string, body: string): { status: number; headers: Record<string, string>; body: string } {
    const [statusLine = '', ...lines] = head.split('\r\n');
    const pairs = lines.map((line) => line.split(/: (.*)/s, 2) as [string, string]);
    const headers = pairs.filter(([name]) => !['date', 'connection', 'keep-alive'].includes(name.toLowerCase()));
    return { status: Number(statusLine.split(' ')[1]), headers: Object.fromEntries(headers), body };
}
