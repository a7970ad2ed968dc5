// Looks at a report's page from within, and writes what is wrong with it into an element of its own.
// SPDX-License-Identifier: BSD-2-Clause
(function () {
    "use strict";
    const wrong = new Set();

    function colour(text) {
        const part = text.match(/[\d.]+/g).map(Number);
        return {rgb: part.slice(0, 3), alpha: part.length > 3 ? part[3] : 1};
    }
    // Web Content Accessibility Guidelines 2.1: relative luminance, contrast ratio.
    function luminance(rgb) {
        const [r, g, b] = rgb.map((v) => v / 255).map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    }
    function contrast(one, other) {
        const [low, high] = [luminance(one), luminance(other)].sort((x, y) => x - y);
        return (high + 0.05) / (low + 0.05);
    }
    function background(element) {
        for (; element; element = element.parentElement) {
            const found = colour(getComputedStyle(element).backgroundColor);
            if (found.alpha > 0)
                return found.rgb;
        }
        return [255, 255, 255];
    }
    function name(element) {
        return element.tagName + "." + (element.getAttribute("class") || "") + " '" + element.textContent.trim().slice(0, 30) + "'";
    }
    function is_scrolled(element) {
        for (let at = element; at; at = at.parentElement)
            if (["auto", "scroll"].includes(getComputedStyle(at).overflowX))
                return true;
        return false;
    }

    function look_for_overflow(when) {
        const width = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth > width)
            wrong.add(`${when}: the page is ${document.documentElement.scrollWidth} wide in ${width}`);
        for (const element of document.body.querySelectorAll("*:not(svg *)")) {
            const box = element.getBoundingClientRect();
            if (box.width > 0 && (box.right > width + 1 || box.left < -1) && !is_scrolled(element))
                wrong.add(`${when}: beyond the edge: ${name(element)}`);
        }
    }
    function look_at_contrast() {
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const element = node.parentElement, style = getComputedStyle(element);
            if (!node.data.trim() || ["SCRIPT", "STYLE", "title"].includes(element.tagName))
                continue;
            const ink = colour(element.closest("svg") ? style.fill : style.color).rgb;
            const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
            const ratio = contrast(ink, background(element));
            if (ratio < (large ? 3 : 4.5))
                wrong.add(`contrast ${ratio.toFixed(2)}: ${name(element)}`);
        }
        const paper = background(document.body);
        for (let i = 1; i <= 6; i++) {
            const line = document.createElement("i");
            line.style.color = `var(--c${i})`;
            document.body.append(line);
            const ratio = contrast(colour(getComputedStyle(line).color).rgb, paper);
            line.remove();
            if (ratio < 3)
                wrong.add(`contrast ${ratio.toFixed(2)}: line colour ${i}`);
        }
    }
    function look_at_keyboard() {
        for (const element of document.body.querySelectorAll("*"))
            if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 && element.tabIndex < 0 &&
                ["auto", "scroll"].includes(getComputedStyle(element).overflowX))
                wrong.add(`no key scrolls ${name(element)}`);
        for (const link of document.querySelectorAll("a:not(svg a), summary"))
            if (link.tabIndex < 0)
                wrong.add(`no key reaches ${name(link)}`);
        for (const link of document.querySelectorAll("svg a"))
            if (!document.querySelector(`a[href="${link.getAttribute("href")}"], tr${link.getAttribute("href")} summary`))
                wrong.add("a run that only a mouse reaches");
    }
    function look_at_structure() {
        const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
        if (new Set(ids).size !== ids.length)
            wrong.add("an id twice: " + ids.find((id, i) => ids.indexOf(id) !== i));
        for (const link of document.querySelectorAll("a[href^='#']"))
            if (!document.getElementById(link.getAttribute("href").slice(1)))
                wrong.add("a link to nowhere: " + link.getAttribute("href"));
        for (const element of document.querySelectorAll("[src], link, iframe, object"))
            wrong.add("not of the page itself: " + name(element));
        for (const svg of document.querySelectorAll("svg[role]"))
            if (!svg.getAttribute("aria-label") || svg.getBBox().width === 0)
                wrong.add("a plot without name, or empty");
        for (const character of document.body.innerText)
            if (character.codePointAt(0) > 0xff)
                wrong.add("a character that a font may lack: U+" + character.codePointAt(0).toString(16));
    }

    look_for_overflow("as it opens");
    for (const details of document.querySelectorAll("details"))
        details.open = true;
    look_for_overflow("unfolded");
    look_at_contrast();
    look_at_keyboard();
    look_at_structure();
    const verdict = document.createElement("p");
    verdict.id = "verdict";
    verdict.textContent = JSON.stringify({
        wrong: [...wrong].slice(0, 20), width: document.documentElement.clientWidth,
        dark: matchMedia("(prefers-color-scheme: dark)").matches,
        plots: document.querySelectorAll("svg[role]").length, runs: document.querySelectorAll("tr[id^='run-']").length,
        links: document.querySelectorAll("svg a").length, best: document.querySelectorAll("td.best").length,
    });
    document.body.append(verdict);
})();
