// The pages of a compound, of a community, and of what has hours: what is open is said anew, and an answer is read aloud.

import { keepOpenSaid } from "./open_now";
import { offerReading } from "./read_aloud";

keepOpenSaid(document);
offerReading(document);
