import type { CloudFacts } from '../../../rpc/facts.ts';
import { cloudOf } from '../../cloud.ts';
import type { DoctorContext } from '../../context.ts';

const MILLISECONDS = 2500;

/** What is known of the deployment, if it is told soon: files are judged without it as well. */
export async function factsSoon(context: DoctorContext): Promise<CloudFacts | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, MILLISECONDS, undefined);
  });
  return Promise.race([cloudOf(context).then(({ facts }) => facts), late]).finally(() => clearTimeout(timer));
}
