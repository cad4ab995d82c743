/** A reason not to start that is for the operator; no stack tells more. */
export class CannotStart extends Error {}
