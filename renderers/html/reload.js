/* Only in pages that are served: another version than this page's is loaded at once. */
(function () {
  var seen = document.currentScript.dataset.version;
  new EventSource("/.tally/changes").onmessage = function (event) {
    if (event.data != seen) location.reload();
  };
})();
