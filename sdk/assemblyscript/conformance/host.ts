import { Client, NO_ZONE, NoSettings, Report, formatDouble, matches, now, parseDouble, phone, quality, validPattern, zoneOffset } from "..";
import { hex } from "./lines";

quality("host", host);

function host(settings: NoSettings, client: Client, report: Report): void {
  report.finding("host").path("name")
    .param("now", now())
    .param("match", matches("^a+$", client.name))
    .param("valid", validPattern("^a+$"))
    .param("invalid", validPattern("(a"))
    .param("phone", phone(client.channels[0].value, client.country))
    .param("zone", offset("Europe/Kyiv"))
    .param("nowhere", offset("Nowhere/Here"))
    .param("written", formatDouble(1.5e-7, "g"))
    .param("read", hex(reinterpret<u64>(parseDouble("2.50"))));
}

function offset(zone: string): string {
  const seconds = zoneOffset(zone, now());
  return seconds == NO_ZONE ? "none" : seconds.toString();
}
