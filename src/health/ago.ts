/** Seconds as a person would say how long ago something was. */
export function ago(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 120) return `${whole} s ago`;
  return whole < 7200 ? `${Math.round(whole / 60)} min ago` : `${Math.round(whole / 3600)} h ago`;
}
