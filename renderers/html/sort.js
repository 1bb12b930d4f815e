/* Without this script the page says the same; with it, breakdowns sort and print opens everything. */
document.querySelectorAll("table.breakdown").forEach(function (table) {
  var heads = table.querySelectorAll("th[data-s]"), body = table.tBodies[0];
  heads.forEach(function (head, column) {
    var button = document.createElement("button");
    button.type = "button";
    button.append.apply(button, head.childNodes);
    head.append(button);
    button.onclick = function () {
      var turn = head.getAttribute("aria-sort") == "descending" ? 1 : -1;
      heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", turn > 0 ? "ascending" : "descending");
      var rows = Array.from(body.rows, function (row) {
        return [row.querySelectorAll("[data-v]")[column].getAttribute("data-v"), row];
      });
      rows.sort(function (a, b) {
        if (a[0] == "" || b[0] == "") return (a[0] == "") - (b[0] == "");
        return turn * (column ? a[0] - b[0] : a[0].localeCompare(b[0], document.documentElement.lang, { numeric: true }));
      });
      rows.forEach(function (pair) { body.append(pair[1]); });
    };
  });
});
var shut = [];
addEventListener("beforeprint", function () {
  shut = Array.from(document.querySelectorAll("details:not([open])"));
  shut.forEach(function (part) { part.open = true; });
});
addEventListener("afterprint", function () {
  shut.forEach(function (part) { part.open = false; });
});
