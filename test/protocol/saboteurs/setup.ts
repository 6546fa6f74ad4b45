// In each process that runs tests of a wrong build: what they read from the disk is wrong too.
import { changeOnDisk } from "./disk.ts";
import { findSaboteur, pathOf } from "./plugin.ts";

const saboteur = findSaboteur(process.env.SABOTEUR);
if (saboteur) changeOnDisk(pathOf(saboteur.file), saboteur.find, saboteur.replace);
