// The map, when somebody asks for it. The list beside it is always complete.
"use strict";

(() => {
  const load = (tag, attributes) =>
    new Promise((done, failed) => {
      const element = document.createElement(tag);
      Object.assign(element, attributes, { onload: done, onerror: failed });
      document.head.append(element);
    });

  const NEAR = 46; // pixels within which services share a pin, so that each pin can be touched

  // A pin is a small sign: the drawing of the service as it stands in the list, or how many there are.
  const pin = (places) => {
    const single = places.length === 1;
    const face = single ? places[0].querySelector(".mark").cloneNode(true) : label(places.length);
    return L.divIcon({ className: "pin", html: face, iconSize: [36, 36], iconAnchor: [18, 18] });
  };

  const spot = (place) => [Number(place.dataset.lat), Number(place.dataset.lng)];
  const title = (place) => place.querySelector("h2 a") || place.querySelector("h1");

  function links(places) {
    const list = document.createElement("ul");
    for (const place of places) {
      const link = document.createElement("a");
      link.textContent = title(place).textContent;
      link.href = title(place).href || "#main";
      list.append(document.createElement("li"));
      list.lastChild.append(link);
    }
    return list;
  }

  // Services that would touch each other on the screen share one pin; zooming parts them.
  function pins(map, places) {
    const groups = [];
    for (const place of places) {
      const point = map.latLngToLayerPoint(spot(place));
      const group = groups.find((other) => other.point.distanceTo(point) < NEAR);
      if (group) group.places.push(place);
      else groups.push({ point, places: [place] });
    }
    return groups.map((group) => {
      const names = group.places.map((place) => title(place).textContent).join(", ");
      return L.marker(spot(group.places[0]), { icon: pin(group.places), title: names, alt: names })
        .bindPopup(links(group.places));
    });
  }

  const label = (text) => {
    const element = document.createElement("span");
    element.textContent = text;
    return element;
  };

  // Without map tiles: circles of distance, and the ZIP codes around as landmarks.
  async function outline(map, words) {
    const bounds = map.getBounds();
    const edges = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    const answer = await fetch(`${words.around}?box=${edges.map((edge) => edge.toFixed(4)).join(",")}`);
    const towns = new Set();
    for (const [code, city, lat, lng] of (await answer.json()).zips) {
      const name = towns.has(city) ? code : `${city} ${code}`;
      towns.add(city);
      L.circleMarker([lat, lng], { radius: 2, interactive: false, className: "town", pane: "landmarks" })
        .bindTooltip(label(name), { permanent: true, direction: "right", className: "town", pane: "landmarks", offset: [2, 0] })
        .addTo(map);
    }
  }

  function rings(map, origin, words) {
    for (const miles of [2, 5, 10, 25]) {
      L.circle(origin, { radius: miles * 1609.344, fill: false, interactive: false, className: "ring" }).addTo(map);
      const top = [origin[0] + (miles * 1609.344) / 111195, origin[1]];
      L.marker(top, {
        interactive: false, keyboard: false,
        icon: L.divIcon({ className: "ring-label", html: words.miles.replace("%s", miles), iconSize: [90, 20] }),
      }).addTo(map);
    }
  }

  function draw(box, places, words) {
    const map = L.map(box, { zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false });
    map.attributionControl.setPrefix(false);
    map.createPane("landmarks").style.zIndex = 350;
    const origin = words.lat ? [Number(words.lat), Number(words.lng)] : null;
    const spots = places.map(spot);
    map.fitBounds(L.latLngBounds(origin ? [...spots, origin] : spots), { padding: [48, 48], maxZoom: 14 });
    const shown = L.layerGroup().addTo(map);
    const show = () => {
      shown.clearLayers();
      pins(map, places).forEach((marker) => shown.addLayer(marker));
    };
    map.on("zoomend", show);
    show();
    if (words.tiles) {
      L.tileLayer(words.tiles, { attribution: words.attribution }).addTo(map);
    } else {
      if (origin) rings(map, origin, words);
      outline(map, words).catch(() => {});
    }
  }

  for (const frame of document.querySelectorAll("[data-map]")) {
    const words = frame.dataset;
    const places = [...document.querySelectorAll("[data-lat][data-name], .result[data-lat]")];
    if (!places.length) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet";
    button.textContent = words.map;
    button.addEventListener("click", async () => {
      const box = document.createElement("div");
      box.className = "map";
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", words.title);
      button.textContent = words.loading;
      button.setAttribute("aria-busy", "true");
      try {
        await load("link", { rel: "stylesheet", href: words.style });
        await load("script", { src: words.script });
      } catch {
        button.textContent = words.failed; // pressing it tries again
        button.removeAttribute("aria-busy");
        return;
      }
      button.replaceWith(box);
      draw(box, places, words);
    });
    frame.append(button);
  }
})();
