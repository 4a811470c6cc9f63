/* Under file:// a page may not fetch another, so search there shows titles without summaries. */
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
document.querySelector(".bd-search-container input").focus();
