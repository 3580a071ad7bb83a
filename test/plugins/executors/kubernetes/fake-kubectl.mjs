#!/usr/bin/env node
// kubectl as far as it is called: `get|create|delete --raw`, `config view`; words of its errors as version 1.32 prints them.
import { readFileSync } from 'node:fs';
import { request } from 'node:https';

const words = process.argv.slice(2);
const after = (name) => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined);
const { KUBE_PORT, KUBE_TOKEN, KUBE_CA, KUBE_NAMESPACE } = process.env;
const fail = (text) => {
  process.stderr.write(`${text}\n`);
  process.exit(1);
};

const context = after('--context');
if (context !== undefined && context !== 'lab') {
  if (words.includes('config')) fail(`error: cannot locate context ${context}`);
  fail(`error: context "${context}" does not exist`);
}
if (words.includes('config')) {
  process.stdout.write(KUBE_NAMESPACE ?? '');
  process.exit(0);
}
const verb = ['get', 'create', 'delete'].find((one) => words.includes(one));
const options = {
  host: '127.0.0.1',
  port: KUBE_PORT,
  path: after('--raw'),
  method: { get: 'GET', create: 'POST', delete: 'DELETE' }[verb],
  ca: readFileSync(KUBE_CA),
  headers: { authorization: `Bearer ${KUBE_TOKEN}` },
};
const sent = request(options, (response) => {
  let text = '';
  response.on('data', (part) => {
    text += part;
  });
  response.on('end', () => {
    if (response.statusCode < 300) process.stdout.write(text);
    else if (response.statusCode === 401) fail('error: You must be logged in to the server (Unauthorized)');
    else {
      const { reason, message } = JSON.parse(text);
      fail(reason === 'Invalid' ? `The request is invalid: ${message}` : `Error from server (${reason}): ${message}`);
    }
  });
});
sent.on('error', (error) =>
  fail(
    error.code === 'ECONNREFUSED'
      ? `The connection to the server 127.0.0.1:${KUBE_PORT} was refused - did you specify the right host or port?`
      : `Unable to connect to the server: ${error.message}`,
  ),
);
sent.end(verb === 'create' ? readFileSync(0, 'utf8') : undefined);
