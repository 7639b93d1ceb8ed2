// The real page in Debian's Chromium.
import { readFileSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
	'--disable-component-update', '--disable-sync'];
export const PHONE = { width: 390, height: 844 }, DESK = { width: 1366, height: 768 };

export async function startBrowser() {
	const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args: FLAGS });
	// It begins a session of its own, and among those Linux shares processors out, whatever is nice in each; times are measured
	// here. Only root may let it go first.
	for (const pid of readFileSync('/proc/thread-self/children', 'utf8').split(' ').filter(Boolean)) {
		try {
			if (/chrom/.test(readFileSync(`/proc/${pid}/comm`, 'utf8'))) {
				writeFileSync(`/proc/${pid}/autogroup`, '-10');
			}
		} catch {
			// not root, or a Linux without such groups
		}
	}
	return browser;
}

/** Counts what cannot be seen: sounds, and what is said to a screen reader. */
function listen() {
	window.heard = { tones: 0, said: [], errors: [] };
	const start = OscillatorNode.prototype.start;
	OscillatorNode.prototype.start = function (...args) {
		window.heard.tones++;
		return start.apply(this, args);
	};
	document.addEventListener('securitypolicyviolation', (e) => window.heard.errors.push(`policy: ${e.violatedDirective}`));
	document.addEventListener('DOMContentLoaded', () => new MutationObserver((changes) => {
		for (const node of changes.flatMap((c) => [...c.addedNodes])) {
			window.heard.said.push(node.textContent);
		}
	}).observe(document.getElementById('said'), { childList: true }));
}

/** A page in a browser profile of its own. `errors` collects what goes wrong inside. */
export async function openDesk(browser, address, { size = DESK, locale = 'en-US', dark = false, wait = true } = {}) {
	const context = await browser.newContext({ viewport: size, locale, timezoneId: 'UTC', colorScheme: dark ? 'dark' : 'light' });
	await context.addInitScript(listen);
	const page = await context.newPage();
	const errors = [];
	page.on('pageerror', (e) => errors.push(e.message));
	page.on('console', (m) => m.type() === 'error' && !/WebSocket|ERR_/.test(m.text()) && errors.push(m.text()));
	await page.goto(address);
	if (wait) {
		await page.waitForSelector('#line.good');
	}
	return {
		page, context, errors,
		cards: () => page.locator('.request'),
		card: (place) => page.locator('.request', { has: page.locator('h3', { hasText: place }) }),
		take: (place) => page.getByRole('button', { name: place, exact: false }).and(page.locator('.acts button:first-of-type')).click(),
		done: (place) => page.getByRole('button', { name: place, exact: false }).and(page.locator('.acts button:last-of-type')).click(),
		heard: () => page.evaluate(() => window.heard),
		storage: () => page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])),
		close: () => context.close(),
	};
}
