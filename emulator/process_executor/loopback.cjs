// Kinesis Mock listens on every address of the machine, and has no setting for it: here it
// listens on loopback only. Loaded by `node --require`, before the program itself.
const { Server } = require("node:net");

const listen = Server.prototype.listen;

Server.prototype.listen = function (port, ...rest) {
  if (typeof port !== "number") throw new Error("Kinesis Mock is expected to listen on a port");
  const others = rest.filter((argument) => typeof argument !== "string"); // all but a host
  return listen.call(this, port, "127.0.0.1", ...others);
};
