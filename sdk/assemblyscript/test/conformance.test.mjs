// One process, so that the module is compiled once.
import "./vectors.mjs";
import "./results.mjs";
