/** Mocha's own spec reporter, with a last line that a CI can read: `N passed, N failed`. */
import Mocha from "mocha";

export default class Reporter extends Mocha.reporters.Spec {
  override epilogue(): void {
    super.epilogue();
    const { failures, passes, pending } = this.stats;
    const skipped = pending === 0 ? "" : `, ${pending} skipped`;
    Mocha.reporters.Base.consoleLog(`${passes} passed, ${failures} failed${skipped}`);
  }
}
