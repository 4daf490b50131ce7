// How fast a peer reads a file, for its measure.cjs: prints megabytes per second of processor time, which other programs
// on the machine do not change.
module.exports = function measure(read, text, seconds) {
  for (let warm = 0; warm < 20; ++warm) read();
  const begin = process.cpuUsage();
  let rounds = 0;
  let spent = 0;
  for (; spent < seconds; ++rounds) {
    read();
    const used = process.cpuUsage(begin);
    spent = (used.user + used.system) / 1e6;
  }
  console.log((rounds * Buffer.byteLength(text)) / spent / 1e6);
};
