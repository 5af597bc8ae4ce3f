// Runs ONNX files for the tests: node onnx-server.js PORT FOLDER, where FOLDER holds onnxruntime-web. Each line that
// comes in is {path, inputs: [{name, type, dims, data}]}; the line that goes back is {outputs: [{name, type, dims, data}]}
// or {error}.
const [port, folder] = process.argv.slice(2);
const ort = require(folder);
const net = require('net');
const readline = require('readline');
const fs = require('fs');

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

const kinds = {
  float: data => Float32Array.from(data), int32: data => Int32Array.from(data),
  int64: data => BigInt64Array.from(data.map(BigInt)), string: data => data
};

async function run({ path, inputs }) {
  const session = await ort.InferenceSession.create(fs.readFileSync(path), { logSeverityLevel: 3 });
  const feeds = {};
  for (const { name, type, dims, data } of inputs) feeds[name] = new ort.Tensor(type === 'float' ? 'float32' : type, kinds[type](data), dims);
  const result = await session.run(feeds);
  const outputs = session.outputNames.map(name => ({
    name, type: result[name].type, dims: result[name].dims, data: Array.from(result[name].data, x => typeof x === 'bigint' || Number.isNaN(x) || Math.abs(x) === Infinity ? String(x) : x)
  }));
  await session.release();
  return { outputs };
}

const socket = net.connect(Number(port), '127.0.0.1', async () => {
  for await (const line of readline.createInterface({ input: socket })) {
    let answer;
    try {
      answer = await run(JSON.parse(line));
    } catch (error) {
      answer = { error: String(error && error.message || error) };
    }
    socket.write(JSON.stringify(answer) + '\n');
  }
  process.exit(0);
});
socket.on('error', () => process.exit(1));
