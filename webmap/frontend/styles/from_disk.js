// The map page of the folder of files, opened from a disk: a browser lets it read no other file there, so that it would
// load for ever. The simple map is whole in itself, and shows the same place.
if (location.protocol === "file:") {
  location.replace(document.currentScript.dataset.simple + location.search);
}
