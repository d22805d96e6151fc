import { invalid } from '../../util/check.js';
import { dataAnswer, jsonAnswer } from '../answers.js';
import { readBody, readFields } from '../body.js';
import type { RouteCall, RouteTable } from '../route.js';

/** Routes that work on nothing of the engine's. */
export const toolRoutes: RouteTable = {
    'ALL /browser-info': browserInfo,
    'POST /tools/encode-and-sign': async ({ client, request }) =>
        dataAnswer({ encoded: await client.user().encodeAndSign(await readFields(request)) }),
    'POST /tools/decode-and-verify': async ({ client, request }) => {
        const { encoded } = await readFields(request);
        if (typeof encoded !== 'string')
            throw invalid('body.encoded', encoded, 'a text that `encode-and-sign` returned');
        return dataAnswer(await client.user().decodeAndVerify(encoded));
    },
};

/** What the API sees of a request. Addresses belong to sockets, of which there may be none: they are not told. */
async function browserInfo({ request, query }: RouteCall): Promise<Response> {
    const { length } = await readBody(request);
    const headers = [...request.headers];
    // Without the envelope, as on the platform.
    return jsonAnswer({
        method: request.method,
        clientIp: null,
        countryCode: null,
        bodyLength: length,
        ...(!query.flag('skipHeaders') && { headers: Object.fromEntries(headers) }),
        ...(query.flag('rawHeaders') && { rawHeaders: headers.flat() }),
    });
}
