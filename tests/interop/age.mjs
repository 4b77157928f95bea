// SPDX-License-Identifier: Apache-2.0
// age.mjs VECTOR_PROGRAM WORK_DIR, run beside a node_modules that holds cctv-age and age-encryption (age.sh does that).
import { execFileSync } from 'node:child_process';
import { createHash, webcrypto } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';

globalThis.crypto ??= webcrypto; // node 18
const vectors = await import('cctv-age');
const age = await import('age-encryption');
const [program, work] = process.argv.slice(2);
let failed = 0;

function check(name, problem) {
	console.log(problem ? `not ok ${name}: ${problem}` : `ok ${name}`);
	failed += problem ? 1 : 0;
}

function run(args, input) {
	return execFileSync(program, args, { input, stdio: ['pipe', 'pipe', 'pipe'] }).toString();
}

const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');

// One of the vectors: a text header, an empty line, the age file.
function parse(bytes) {
	const all = Buffer.from(bytes);
	const end = all.indexOf('\n\n');
	const fields = {};
	for (const line of all.subarray(0, end).toString().split('\n')) {
		const [key, ...rest] = line.split(': ');
		(fields[key] ??= []).push(rest.join(': '));
	}
	const body = all.subarray(end + 2);
	return { fields, file: fields.compressed?.[0] === 'zlib' ? inflateSync(body) : body };
}

const known = ['expect', 'compressed', 'payload', 'identity', 'passphrase', 'armored', 'file key', 'comment'];
const isOurs = identity => identity.startsWith('AGE-SECRET-KEY-1');

function whySkipped({ fields }) {
	const strange = Object.keys(fields).find(key => !known.includes(key));
	if (strange) return `unknown field ${strange}`;
	if (fields.armored) return 'armored';
	if (fields.identity && !fields.identity.some(isOurs)) return 'hybrid identity';
	return null;
}

function outcome(command, key, name, file) {
	writeFileSync(`${work}/${name}.key`, key);
	writeFileSync(`${work}/${name}.age`, file);
	return run([command, `${work}/${name}.key`, `${work}/${name}.age`]).split('\n');
}

function runVector(name, { fields, file }) {
	const want = fields.expect[0];
	const tries = (fields.passphrase ?? []).map(pass => outcome('open-pass', pass, name, file));
	if (fields.identity || tries.length === 0)
		tries.push(outcome('open', (fields.identity ?? []).filter(isOurs).join('\n') + '\n', name, file));
	for (const [got, hash] of tries) {
		if (got !== want) return `${got}, not ${want}`;
		if (fields.payload && hash !== fields.payload[0]) return `plaintext ${hash}, not ${fields.payload[0]}`;
	}
	return null;
}

let skipped = 0;
let n = 0;
for (const [name, bytes] of Object.entries(vectors)) {
	const vector = parse(bytes);
	const why = whySkipped(vector);
	n++;
	if (why) {
		console.log(`skip cctv-age ${name}: ${why}`);
		skipped++;
		continue;
	}
	try {
		check(`cctv-age ${name}`, runVector(name, vector));
	} catch (error) {
		check(`cctv-age ${name}`, error.stderr?.toString() || error.message);
	}
}
console.log(`# ${n} vectors, ${skipped} of them of kinds that are not supported here`);
check('cctv-age is the whole set', n >= 130 && n - skipped >= 85 ? null : `only ${n}, of which ${skipped} skipped`);

// age-encryption both ways.
async function opens(name, file, want, give) {
	const decrypter = new age.Decrypter();
	give(decrypter);
	const plain = await decrypter.decrypt(file);
	check(name, sha256(plain) === sha256(want) ? null : 'another plaintext');
}

async function bothWays(size) {
	const plain = Buffer.alloc(size, 'evidence ');
	const [mine, other] = [await age.generateX25519Identity(), await age.generateX25519Identity()];
	const recipients = [await age.identityToRecipient(other), await age.identityToRecipient(mine)];
	for (const command of ['seal', 'seal-small']) {
		run([command, `${work}/ours.age`, ...recipients], plain);
		const file = readFileSync(`${work}/ours.age`);
		for (const identity of [mine, other])
			await opens(`age-encryption opens ${command} of ${size} bytes`, file, plain, d => d.addIdentity(identity));
	}
	const encrypter = new age.Encrypter();
	recipients.forEach(recipient => encrypter.addRecipient(recipient));
	const [got, hash] = outcome('open', mine + '\n', 'theirs', await encrypter.encrypt(plain));
	check(`we open age-encryption of ${size} bytes`, got === 'success' && hash === sha256(plain) ? null : got);
}

async function passphraseBothWays() {
	const plain = Buffer.from('# an identity file\nAGE-SECRET-KEY-1...\n');
	const pass = 'kata mbuzi ng\u2019ombe';
	const encrypter = new age.Encrypter();
	encrypter.setPassphrase(pass);
	encrypter.setScryptWorkFactor(12);
	const [got, hash] = outcome('open-pass', pass, 'pass', await encrypter.encrypt(plain));
	check('we open a passphrase file of age-encryption', got === 'success' && hash === sha256(plain) ? null : got);
	run(['seal-pass', `${work}/pass.key`, `${work}/pass.age`], plain);
	await opens('age-encryption opens our passphrase file', readFileSync(`${work}/pass.age`), plain, d => d.addPassphrase(pass));
	const [wrong] = outcome('open-pass', pass + '!', 'wrong', readFileSync(`${work}/pass.age`));
	check('a wrong passphrase is no match', wrong === 'no match' ? null : wrong);
}

for (const size of [0, 1, 65535, 65536, 65537, 131072, 1000000]) {
	try {
		await bothWays(size);
	} catch (error) {
		check(`age-encryption and ${size} bytes`, error.stderr?.toString() || error.message);
	}
}
try {
	await passphraseBothWays();
} catch (error) {
	check('age-encryption and passphrases', error.stderr?.toString() || error.message);
}
process.exit(failed ? 1 : 0);
