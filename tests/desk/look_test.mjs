// How the page looks and what it tells a screen reader: axe, contrast, targets and pictures (build/desk/*.png), in both
// languages and sizes, light and dark.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { startBroker } from './lib/broker.mjs';
import { DESK, PHONE, openDesk, startBrowser } from './lib/desk.mjs';
import { startKiosk } from './lib/kiosk.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PICTURES = new URL('../../build/desk/', import.meta.url).pathname;
const LEAST_CONTRAST = 10, LEAST_TARGET = 48; // px; 12.7 mm on a common phone and on a 24-inch desk screen

let browser, broker, kiosks;
before(async () => {
	mkdirSync(PICTURES, { recursive: true });
	browser = await startBrowser();
	broker = await startBroker();
	kiosks = [];
});
after(async () => {
	await browser.close();
	await Promise.all(kiosks.map((k) => k.stop().catch(() => {})));
	await broker.end();
});

async function kiosk(place) {
	const k = await startKiosk(place, `mqtt://127.0.0.1:${broker.port}`);
	kiosks.push(k);
	return k;
}

/** Every visible text with less contrast than `least` against what is behind it. Runs in the page. */
function paleTexts(least) {
	const channel = (c) => (c /= 255, c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
	const numbers = (css) => css.match(/[\d.]+/g).map(Number);
	const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
	const ground = (node) => {
		for (; node; node = node.parentElement) {
			const c = numbers(getComputedStyle(node).backgroundColor);
			if (c.length === 3 || c[3] === 1) {
				return c;
			}
		}
		return [255, 255, 255];
	};
	const pale = [];
	for (const node of document.querySelectorAll('body *')) {
		const own = [...node.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
		if (own && node.checkVisibility() && !node.closest('script, style')) {
			const [a, b] = [light(numbers(getComputedStyle(node).color)), light(ground(node))].sort((x, y) => y - x);
			const ratio = (a + 0.05) / (b + 0.05);
			if (ratio < least) {
				pale.push(`${ratio.toFixed(1)}: ${node.textContent.trim().slice(0, 40)}`);
			}
		}
	}
	return pale;
}

function smallTargets(least) {
	return [...document.querySelectorAll('button, input:not([type=checkbox]), label:has([type=checkbox])')].filter((n) => n.checkVisibility())
		.map((n) => [n.textContent.trim(), n.getBoundingClientRect()]).filter(([, r]) => r.width < least || r.height < least)
		.map(([text]) => text);
}

async function inspect(desk, name) {
	const { page } = desk;
	await page.waitForTimeout(700); // a new card has appeared fully
	await page.screenshot({ path: `${PICTURES}${name}.png` });
	await page.screenshot({ path: `${PICTURES}${name}-whole.png`, fullPage: true });
	assert.deepEqual(await page.evaluate(paleTexts, LEAST_CONTRAST), [], `${name}: pale`);
	assert.deepEqual(await page.evaluate(smallTargets, LEAST_TARGET), [], `${name}: small`);
	assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name}: too wide`);
	await page.evaluate(AXE);
	const { violations, passes } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations', 'passes'] }));
	assert.ok(passes.length > 10, 'axe has looked');
	assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ').slice(0, 300)}`), [], `${name}: axe`);
}

const LOOKS = [];
for (const [lang, locale] of [['en', 'en-US'], ['es', 'es-MX']]) {
	for (const [sizeName, size] of [['desk', DESK], ['phone', PHONE]]) {
		LOOKS.push({ name: `${sizeName}-${lang}`, options: { locale, size } });
	}
}
LOOKS.push({ name: 'desk-dark', options: { size: DESK, dark: true } }, { name: 'phone-dark', options: { size: PHONE, dark: true } });
if (!process.env.ALCOVE_ALL) { // in a hurry: each language, each size and each theme at least once
	LOOKS.splice(0, LOOKS.length, ...LOOKS.filter(({ name }) => ['desk-en', 'phone-es', 'phone-dark'].includes(name)));
}

async function each(state, work = async () => {}, then = async () => {}) {
	for (const { name, options } of LOOKS) {
		const desk = await openDesk(browser, broker.address, options);
		await work(desk, options);
		try {
			await inspect(desk, `${name}-${state}`);
		} finally {
			await desk.close();
			await then();
		}
	}
}

test('nobody is asking', async () => {
	await kiosk('Quiet room');
	await kiosk('Hallway, second floor');
	await each('quiet');
});

test('several are asking, one is seen, a screen is away, one request was taken back', async () => {
	const [quiet, hall] = kiosks, laundry = await kiosk('Laundry'), gone = await kiosk('Garden house');
	gone.vanish();
	await quiet.ask({ how: 'other', language: 'es', phrase: 'Su ropa ya está lista.', phrase_staff: 'Your laundry is ready.' });
	await hall.ask({ how: 'desk', when: 'soon', language: 'so' });
	const { id } = await hall.ask({ how: 'other', when: 'later', language: 'ar', phrase: 'غسيلك جاهز.',
		phrase_staff: 'Your laundry is ready.' });
	const seen = await laundry.ask({ how: 'come', language: 'en' });
	await laundry.put(`request/${seen.id}/seen`, 'seen');
	await hall.again(id);
	await each('asking', async ({ page }) => {
		await page.locator('.is-seen').waitFor();
		await page.waitForFunction(() => document.querySelectorAll('.request').length === 4);
		await page.locator('#screens .bad').waitFor();
		const back = await laundry.ask();
		await page.waitForFunction(() => document.querySelectorAll('.request').length === 5);
		await laundry.cancel(back.id);
		await page.locator('#notices li').waitFor();
		await page.click('#sound');
	});
});

test('not connected', async () => {
	await each('lost', async ({ page }) => {
		await page.locator('.is-seen').waitFor();
		await broker.kill();
		await page.locator('#trouble:not([hidden])').waitFor();
		await page.waitForTimeout(200);
	}, () => broker.start());
});

test('signing in', async () => {
	await broker.end();
	broker = await startBroker({ users: { desk: 'secret' } });
	for (const { name, options } of LOOKS) {
		const desk = await openDesk(browser, broker.address, { ...options, wait: false });
		await desk.page.locator('#sign-in[open]').waitFor();
		await inspect(desk, `${name}-sign-in`);
		await desk.close();
	}
});
