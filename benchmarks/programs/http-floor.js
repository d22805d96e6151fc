// A server of Node alone that answers every request with the same bytes. What it answers comes as JSON by the command line:
// `{ "status", "headers", "body" }`; it prints its port.
import { createServer } from 'node:http';

const { status, headers, body } = JSON.parse(process.argv[2]);
const server = createServer((request, response) => {
    request.resume().on('end', () => {
        response.writeHead(status, headers).end(body);
    });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.on('message', () => process.send(process.cpuUsage()));
