// Builds one page and packs its files for the program that serves it:
//   node web/build.mjs PAGE OUT      such as: node web/build.mjs desk build/web
// writes OUT/PAGE/ (the files), OUT/PAGE.pack/*.gz (each as one gzip member) and OUT/PAGE.pack/pages.cpp with pages.S
// (the table that lab::http::PackedFile describes). With the same sources as last time nothing is done.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, extname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const here = dirname(fileURLToPath(import.meta.url))
const [page, outArgument] = process.argv.slice(2)
if (!page || !outArgument || !existsSync(join(here, page, 'package.json'))) {
  console.error('usage: node web/build.mjs PAGE OUT')
  process.exit(2)
}
const out = resolve(outArgument)
const pack = join(out, `${page}.pack`)
/** Where the table belongs: which header declares it, in which namespace. */
const home = JSON.parse(readFileSync(join(here, page, 'package.json'), 'utf8')).qlims

const types = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml', '.json': 'application/json; charset=utf-8', '.png': 'image/png', '.woff2': 'font/woff2',
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? (entry.name === 'node_modules' ? [] : filesBelow(join(folder, entry.name))) : [join(folder, entry.name)]))
    .sort()
}

const hashOf = (paths) => {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(`${relative(here, path)}\0${statSync(path).size}\0`).update(readFileSync(path))
  return hash.digest('hex')
}

// Of one workspace, so that a person who has pulled another lock file gets its packages.
function install() {
  const stamp = join(here, 'node_modules', '.qlims-lock')
  const locked = hashOf([join(here, 'package-lock.json')])
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === locked) return
  try {
    run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], here)
  } catch {
    console.error('web: the packages of the pages could not be fetched. Check the way to the registry of npm, or build without the pages: cmake -DQLIMS_WEB=OFF')
    process.exit(1)
  }
  writeFileSync(stamp, locked)
}

function run(program, args, cwd, env = {}) {
  execFileSync(program, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } })
}

function packed() {
  rmSync(pack, { recursive: true, force: true })
  mkdirSync(pack, { recursive: true })
  const files = filesBelow(join(out, page)).map((path, i) => {
    const zipped = join(pack, `${i}.gz`)
    const octets = gzipSync(readFileSync(path), { level: 9 })
    writeFileSync(zipped, octets)
    const type = types[extname(path)]
    if (!type) throw new Error(`web: no content type is known for ${path}`)
    return { path: `/${relative(join(out, page), path)}`, type, zipped, size: octets.length }
  })
  const symbol = `qlims_web_${page}`
  const assembly = files.map(({ zipped }, i) => `.global ${symbol}_${i}\n${symbol}_${i}:\n.incbin "${zipped}"\n`)
  writeFileSync(join(pack, 'pages.S'), `.section .rodata\n${assembly.join('')}.section .note.GNU-stack,"",%progbits\n`)
  const externs = files.map((_, i) => `extern const char ${symbol}_${i}[];`)
  const rows = files.map(({ path, type, size }, i) => `    {"${path}", "${type}", {${symbol}_${i}, ${size}}},`)
  writeFileSync(join(pack, 'pages.cpp'), `// Written by web/build.mjs.
#include "${home.header}"

extern "C" {
${externs.join('\n')}
}

namespace ${home.namespace} {
namespace {
const http::PackedFile files[] = {
${rows.join('\n')}
};
}  // namespace

std::span<const http::PackedFile> ${page}_pages() { return files; }

}  // namespace ${home.namespace}
`)
  const kilo = Math.round(files.reduce((sum, { size }) => sum + size, 0) / 1024)
  console.log(`web: ${page}: ${files.length} files, ${kilo} KB packed`)
}

const sources = [
  ...['package.json', 'package-lock.json', 'tsconfig.base.json', 'build.mjs'].map((name) => join(here, name)),
  ...filesBelow(join(here, 'kit')),
  ...filesBelow(join(here, page)).filter((path) => !path.startsWith(join(here, page, 'dev'))),
]
const stamp = join(pack, 'sources')
const hash = hashOf(sources)
if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) process.exit(0)
install()
run('npm', ['run', 'build', '-w', page, '--silent'], here, { QLIMS_WEB_OUT: join(out, page) })
packed()
writeFileSync(stamp, hash)
