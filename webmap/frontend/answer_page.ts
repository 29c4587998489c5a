// The pages of a compound and of a community: what is open is said anew, and the answer is read aloud.

import { keepOpenSaid } from "./open_now";
import { offerReading } from "./read_aloud";

keepOpenSaid(document);
offerReading(document);
