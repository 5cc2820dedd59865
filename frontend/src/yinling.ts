// On every page, small, and nothing depends on it: without it every page still works.
import { arrowKeys } from "./arrows";
import { watchForms } from "./forms";
import { smallThings } from "./small";
import { defineMap } from "./map";
import { defineReadAloud } from "./read-aloud";
import { defineSheet } from "./sheet";

document.documentElement.classList.add("has-script");
watchForms();
smallThings();
arrowKeys();
defineMap();
defineReadAloud();
defineSheet();
