// Runs the Medusa of a folder on a free port until its standard input is closed: `server.cjs <folder> <socket> <database>`.
// Prints "READY <port> <secret key>" once it answers.
const { fork } = require("node:child_process")
const { once } = require("node:events")
const { createRequire } = require("node:module")
const net = require("node:net")
const path = require("node:path")

const [folder, socket, database] = process.argv.slice(2)
const load = createRequire(path.join(folder, "package.json"))

/** PostgreSQL listens on a socket of the file system alone, and Medusa's migrations know nothing but TCP. */
async function bridge() {
  const server = net.createServer((client) => {
    const upstream = net.connect(socket)
    for (const [one, other] of [[client, upstream], [upstream, client]]) {
      one.pipe(other)
      one.on("error", () => other.destroy())
    }
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return server.address().port
}

async function main() {
  process.stdin.on("end", () => process.exit(0)).resume()
  process.chdir(folder)
  process.env.DATABASE_URL = `postgresql://postgres:none@127.0.0.1:${await bridge()}/${database}`

  const migrate = ["db:migrate", "--execute-all-links", "--skip-scripts"]
  const [code] = await once(fork(path.join(folder, "node_modules/@medusajs/cli/cli.js"), migrate), "close")
  if (code !== 0) throw new Error("the migrations failed")

  const { default: start } = load("@medusajs/medusa/commands/start")
  const { server } = await start({ directory: folder, port: 0, host: "127.0.0.1" })
  const { container } = load("@medusajs/framework")
  const { Modules } = load("@medusajs/framework/utils")
  const keys = container.resolve(Modules.API_KEY)
  const secret = await keys.createApiKeys({ title: "Tests", type: "secret", created_by: "tests" })
  console.log(`READY ${server.address().port} ${secret.token}`)
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
