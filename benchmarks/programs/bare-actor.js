export function work(port) {
    for (let index = 1; index <= 3; index += 1) port.postMessage({ type: 'push', item: { index } });
}
