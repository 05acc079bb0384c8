// select[data-own-time-zone]: begins with the zone of whoever looks at it, where the list has it.

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const select of document.querySelectorAll("select[data-own-time-zone]")) {
  if (here && select.querySelector(`option[value="${CSS.escape(here)}"]`)) select.value = here;
}
