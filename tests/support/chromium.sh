#!/bin/sh
# Starts $CHROMIUM as Playwright asks, but without the pages that each window keeps ready to suggest
# things under the address bar: nobody sees them, and they cost more than twice what the page of a
# test does. Of two --disable-features Chromium takes the last alone, so this adds to Playwright's
# list, which is long and changes with it.
for argument; do
  case $argument in
    --disable-features=*) argument=$argument,WebUIOmniboxPopup,WebUIOmniboxAimPopup ;;
  esac
  shift
  set -- "$@" "$argument"
done
exec "$CHROMIUM" "$@"
