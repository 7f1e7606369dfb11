// What the adapter for Stripe is tried against, on 127.0.0.1; the ports are printed as a line of JSON.
//
//   mock       stripe-stateful-mock as it is
//   keyless_mock  the same, and what it holds, passed no idempotency keys: it has forgotten them
//   forgetful  localstripe, told the types of payment methods by the name they had in Stripe's API
//              until 2026-09-30
//   keeper     the same, behind the part of stripe-stateful-mock that remembers idempotency keys,
//              which localstripe ignores
//
// Arguments: the port of localstripe. It ends when whoever started it closes its standard input.
"use strict";

const http = require("http");
const express = require("express");
const bodyParser = require("body-parser");
const {createExpressApp} = require("stripe-stateful-mock");
const {idempotencyRoute} = require("stripe-stateful-mock/dist/api/idempotency");
require("loglevel").setLevel("silent");

const upstream = Number(process.argv[2]);

function passOn(request, response) {
    const body = (request.raw || "").toString().replace(/allowed_(payment_method_types)/g, "$1");
    const headers = {...request.headers, "content-length": Buffer.byteLength(body)};
    const options = {host: "127.0.0.1", port: upstream, method: request.method, path: request.url, headers};
    const asked = http.request(options, (answer) => {
        const parts = [];
        answer.on("data", (part) => parts.push(part));
        answer.on("end", () => response.status(answer.statusCode).type("json").send(Buffer.concat(parts).toString()));
    });
    asked.on("error", (error) => response.status(502).json({error: {message: error.message}}));
    asked.end(body);
}

function before(...handlers) {
    const app = express();
    app.use(bodyParser.urlencoded({extended: true, verify: (request, _, raw) => { request.raw = raw; }}));
    handlers.forEach((handler) => app.use(handler));
    app.use((error, request, response, next) => response.status(error.statusCode).json({error: error.error}));
    return app;
}

const keyless = express();
keyless.use((request, _, next) => { delete request.headers["idempotency-key"]; next(); });
keyless.use(createExpressApp());

const listening = (app) => new Promise((resolve) => {
    const server = app.listen(0, "127.0.0.1", () => resolve(server.address().port));
});

const apps = {mock: createExpressApp(), keyless_mock: keyless, forgetful: before(passOn), keeper: before(idempotencyRoute, passOn)};
Promise.all(Object.values(apps).map(listening)).then((ports) => {
    const told = Object.fromEntries(Object.keys(apps).map((name, index) => [name, ports[index]]));
    process.stdout.write(JSON.stringify(told) + "\n");
});
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
