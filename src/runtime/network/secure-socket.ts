import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { ConnectArguments } from './connect-arguments.js';

const HTTP_1 = 'http/1.1';

/** The offer of a client to speak one of some protocols, as `tls.connect` takes it. */
type Offer = ConnectionOptions['ALPNProtocols'];

/** Whether a client would speak HTTP/1.1, as one that offers nothing does. */
export function speaksHttp1(offer: Offer): boolean {
    if (offer === undefined || offer === null) return true;
    const names = Array.isArray(offer) ? offer.map(toText) : [toText(offer as Uint8Array)];
    // Bytes hold all names one after the other.
    return names.some((name) => name.includes(HTTP_1));
}

/**
 * Gives a socket what clients look at on one that has been secured. Nothing is: what it carries never leaves the thread.
 */
export function dressAsSecure(
    socket: Socket,
    { host, options: { ALPNProtocols, servername } }: ConnectArguments,
): void {
    const none = () => {};
    Object.assign(socket, {
        encrypted: true,
        authorized: true,
        authorizationError: null,
        secureConnecting: true,
        alpnProtocol: ALPNProtocols ? HTTP_1 : false,
        servername: servername ?? host,
        getPeerCertificate: () => ({}),
        getPeerX509Certificate: none,
        getCertificate: () => ({}),
        getCipher: () => ({
            name: 'TLS_AES_256_GCM_SHA384',
            standardName: 'TLS_AES_256_GCM_SHA384',
            version: 'TLSv1.3',
        }),
        getProtocol: () => 'TLSv1.3',
        getEphemeralKeyInfo: () => ({}),
        getFinished: none,
        getPeerFinished: none,
        getSession: none,
        getTLSTicket: none,
        isSessionReused: () => false,
        setSession: none,
        setServername: none,
        setMaxSendFragment: () => true,
        disableRenegotiation: none,
        enableTrace: none,
    });
}

function toText(bytes: string | Uint8Array): string {
    return typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1');
}
