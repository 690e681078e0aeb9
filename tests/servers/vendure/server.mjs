// A real Vendure shop in memory, for tests: node server.mjs MODULES_FOLDER. Prints `READY <port>` once it answers.
import { createRequire } from 'node:module';
import path from 'node:path';

// The process that started the server holds its standard input: when that one dies, the server goes too.
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));

const modules = createRequire(path.join(process.argv[2], 'package.json'));
const vendure = modules('@vendure/core');
const { bootstrap, Populator, DefaultLogger, LogLevel, LanguageCode, PaymentMethodHandler, TransactionalConnection } = vendure;

// The database lives in one connection that knows one transaction at a time, so requests take turns. Turns also end
// when the client has gone away meanwhile: what it asked for is carried out all the same.
let turn = Promise.resolve();
function takeTurns(request, response, next) {
  const before = turn;
  turn = new Promise(resolve => {
    const end = response.end;
    response.end = function (...values) {
      resolve();
      return end.apply(this, values);
    };
    setTimeout(resolve, 20_000).unref();
  });
  before.then(next);
}

// No API sets the time of an order's last change, but tests of readings want it to the second, or as it may be stored.
async function setUpdatedAt(request, response) {
  const { code, at } = request.query;
  const database = app.get(TransactionalConnection).rawConnection;
  await database.query('UPDATE "order" SET "updatedAt" = ? WHERE "code" = ?', [at, code]);
  response.end();
}

const payNow = new PaymentMethodHandler({
  code: 'pay-now',
  description: [{ languageCode: LanguageCode.en, value: 'Settles at once' }],
  args: {},
  createPayment: (ctx, order, amount) => ({ amount, state: 'Settled', transactionId: `paid-${order.code}` }),
  settlePayment: () => ({ success: true }),
});
const payLater = new PaymentMethodHandler({
  code: 'pay-later',
  description: [{ languageCode: LanguageCode.en, value: 'Authorizes only' }],
  args: {},
  createPayment: (ctx, order, amount) => ({ amount, state: 'Authorized', transactionId: `held-${order.code}` }),
  settlePayment: () => ({ success: true }),
});

const app = await bootstrap({
  apiOptions: {
    hostname: '127.0.0.1',
    port: 0,
    adminApiPath: 'admin-api',
    shopApiPath: 'shop-api',
    middleware: [
      { route: '*path', beforeListen: true, handler: takeTurns },
      { route: '/updated-at', beforeListen: true, handler: setUpdatedAt },
    ],
  },
  authOptions: {
    tokenMethod: 'bearer',
    superadminCredentials: { identifier: 'superadmin', password: 'superadmin' },
    requireVerification: false,
  },
  dbConnectionOptions: { type: 'sqljs', synchronize: true, autoSave: false, logging: false },
  paymentOptions: { paymentMethodHandlers: [payNow, payLater] },
  logger: new DefaultLogger({ level: LogLevel.Error }),
  plugins: [],
});

await app.get(Populator).populateInitialData({
  defaultLanguage: LanguageCode.en,
  defaultZone: 'Europe',
  countries: [
    { name: 'Italy', code: 'IT', zone: 'Europe' },
    { name: 'France', code: 'FR', zone: 'Europe' },
  ],
  taxRates: [{ name: 'Standard Tax', percentage: 22 }],
  shippingMethods: [{ name: 'Standard Shipping', price: 500 }],
  paymentMethods: [
    { name: 'Pay now', handler: { code: 'pay-now', arguments: [] } },
    { name: 'Pay later', handler: { code: 'pay-later', arguments: [] } },
  ],
  collections: [],
});

console.log(`READY ${app.getHttpServer().address().port}`);
